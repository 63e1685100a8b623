/**
 * How a small `ssh` uses a master. It reads no configuration, which might make it forward or run something; and should the master be gone, a
 * connection of its own, asking and checking anew, is not what it may try: the proxy that it would need fails.
 */
export function userArgs(controlPath: string): string[] {
  const options = ['ControlMaster=no', 'ProxyCommand=false', 'BatchMode=yes', 'LogLevel=ERROR'];
  // The destination is never looked at: the master has its own.
  return [
    '-F',
    'none',
    '-S',
    controlPath,
    '-T',
    '-a',
    '-x',
    ...options.flatMap((each) => ['-o', each]),
    '--',
    'master',
  ];
}
