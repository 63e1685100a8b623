/** A Python file as text: esbuild's text loader, and a plugin of vitest's configuration, give it. */
declare module '*.py' {
  const text: string;
  export { text as default };
}
