/** What each shell sources. All of them only ask `sortie complete`, which knows the options. */

/** Bash splits words at `=` and `:`; the line is split here instead, and what stands before those signs is taken off the replies. */
export const bash = String.raw`_sortie_complete() {
  local line="${'$'}{COMP_LINE:0:COMP_POINT}" current prefix value about
  local -a typed=()
  read -r -a typed <<< "$line"
  [[ "$line" == *[[:space:]] ]] && typed+=("")
  current="${'$'}{typed[${'$'}{#typed[@]}-1]}"
  prefix="${'$'}{current%"${'$'}{current##*[=:]}"}"
  COMPREPLY=()
  while IFS=$'\t' read -r value about; do
    case "$value" in
      :files)
        while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "${'$'}{current#"$prefix"}")
        compopt -o filenames 2>/dev/null
        ;;
      :folders)
        while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -d -- "${'$'}{current#"$prefix"}")
        compopt -o filenames 2>/dev/null
        ;;
      *)
        COMPREPLY+=("${'$'}{value#"$prefix"}")
        [[ "$value" == *= ]] && compopt -o nospace 2>/dev/null
        ;;
    esac
  done < <("${'$'}{typed[0]}" complete -- "${'$'}{typed[@]:1}" 2>/dev/null)
}
complete -F _sortie_complete sortie
`;

export const zsh = String.raw`#compdef sortie
_sortie() {
  local line value about
  local -a lines whole open
  lines=("${'$'}{(@f)$("${'$'}{words[1]}" complete -- "${'$'}{(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    value="${'$'}{line%%$'\t'*}"
    about=""
    [[ "$line" == *$'\t'* ]] && about="${'$'}{line#*$'\t'}"
    case "$value" in
      :files) _files ;;
      :folders) _files -/ ;;
      *=) open+=("${'$'}{value//:/\\:}:$about") ;;
      *) whole+=("${'$'}{value//:/\\:}:$about") ;;
    esac
  done
  if (( $#whole )); then _describe 'sortie' whole; fi
  if (( $#open )); then _describe 'flag' open -S ''; fi
}
compdef _sortie sortie
`;

export const fish = String.raw`function __sortie_complete
  set -l typed (commandline -opc)
  set -l current (commandline -ct)
  for line in ($typed[1] complete -- $typed[2..-1] "$current" 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path "$current"
      case :folders
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c sortie -f -a '(__sortie_complete)'
`;
