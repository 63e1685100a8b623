/** What each shell sources. All of them only ask `sortie complete`, which knows the options. */

/**
 * Bash's word begins after the last `=` or `:`, or with the last `@`, where COMP_WORDBREAKS has them: what stands before is taken off the
 * replies. Replies are no file names to bash, which would quote the colons in them.
 */
export const bash = String.raw`_sortie_complete() {
  local line="${'$'}{COMP_LINE:0:COMP_POINT}" current prefix="" breaks="${'$'}{COMP_WORDBREAKS//[^=:@]/}" value about
  local -a typed=()
  read -r -a typed <<< "$line"
  [[ "$line" == *[[:space:]] ]] && typed+=("")
  current="${'$'}{typed[${'$'}{#typed[@]}-1]}"
  [[ -n "$breaks" ]] && prefix="${'$'}{current%"${'$'}{current##*[$breaks]}"}"
  prefix="${'$'}{prefix%@}"
  compopt -o nosort 2>/dev/null
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
        [[ "$value" == *[=/] ]] && compopt -o nospace 2>/dev/null
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
      *[=/]) open+=("${'$'}{value//:/\\:}${'$'}{about:+:$about}") ;;
      *) whole+=("${'$'}{value//:/\\:}${'$'}{about:+:$about}") ;;
    esac
  done
  # In the order that they come in: operations before scripts.
  if (( $#whole )); then _describe -V 'sortie' whole; fi
  if (( $#open )); then _describe -V 'more' open -S ''; fi
}
compdef _sortie sortie
# Lists such as lr=[0.1,0.01] are no patterns.
(( ${'$'}{+aliases[sortie]} )) || alias sortie='noglob sortie'
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
complete -c sortie -f -k -a '(__sortie_complete)'
`;
