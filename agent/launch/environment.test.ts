import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { RunSpec } from '#protocol';
import { environmentOf, exportLines, hostVariables, withoutSecrets } from './environment.ts';

const context = {
  host: { PATH: '/host/bin', LANG: 'C', PYTHONHOME: '/py' },
  home: '/h',
  dir: '/h/runs/x',
  expand: (text: string) => text.replaceAll('${sortie_python}', '/agent/python'),
  granted: { CUDA_VISIBLE_DEVICES: '1' },
};

function spec(environment: Partial<RunSpec['environment']>): RunSpec {
  return {
    id: 'x',
    environment: { base: 'host', variables: {}, secrets: [], ...environment },
  } as unknown as RunSpec;
}

test("a host's environment lies under what is asked for, and what the agent says over both", () => {
  const variables = { LANG: 'de', RUN_DIR: '/elsewhere', PYTHONPATH: '${sortie_python}:.', CMD_DIR: '/work' };
  expect(environmentOf(spec({ variables }), context)).toMatchObject({
    PATH: '/host/bin',
    LANG: 'de',
    PYTHONPATH: '/agent/python:.',
    CMD_DIR: '/work',
    RUN_DIR: '/h/runs/x',
    RUN_ID: 'x',
    GUILD_HOME: '/h',
    CUDA_VISIBLE_DEVICES: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONHOME: '/py',
  });
});

test("a caller's environment is the whole of it, and an outer run's tag never goes on", () => {
  const variables = { PATH: '/mine', SORTIE_RUN_ID: 'outer', PYTHONUNBUFFERED: '' };
  const environment = environmentOf(spec({ base: 'caller', variables }), context);
  expect(environment).toMatchObject({ PATH: '/mine', PYTHONUNBUFFERED: '' });
  expect(environment).not.toHaveProperty('LANG');
  expect(environment).not.toHaveProperty('SORTIE_RUN_ID');
});

test('a virtual environment comes first on PATH and drives out PYTHONHOME', () => {
  const environment = environmentOf(spec({ venv: '/v' }), context);
  expect(environment).toMatchObject({ PATH: '/v/bin:/host/bin', VIRTUAL_ENV: '/v' });
  expect(environment).not.toHaveProperty('PYTHONHOME');
  expect(environmentOf(spec({ conda: '/c/envs/e' }), context)).toMatchObject({
    PATH: '/c/envs/e/bin:/host/bin',
    CONDA_PREFIX: '/c/envs/e',
    CONDA_DEFAULT_ENV: 'e',
  });
});

test("what belongs to the agent's own start is not the host's", () => {
  const own = {
    PATH: '/bin',
    SSH_CLIENT: 'x',
    SORTIE_RUN_ID: 'y',
    SORTIE_HOST_ID: 'box',
    RUN_ID: 'z',
    RUN_TIME: 'kept',
    NODE_OPTIONS: '-x',
  };
  expect(hostVariables(own)).toEqual({ PATH: '/bin', SORTIE_HOST_ID: 'box', RUN_TIME: 'kept' });
});

test('secrets, said or evident, are not recorded', () => {
  const variables = { API_KEY: '1', MY_TOKEN: '2', Db_Password: '3', PLAIN: '4' };
  expect(withoutSecrets(variables, ['API_KEY'])).toEqual({ PLAIN: '4' });
});

test('the lines for somebody who runs a staged directory by hand give the same values in sh', () => {
  const variables = { A: `it's "$HOME" \\ \n end`, B: '', PWD: '/x', 'BASH_FUNC_f%%': '() { :; }' };
  const lines = exportLines(variables);
  expect(lines).not.toContain('PWD');
  const script = `${lines}\nprintf '%s|%s' "$A" "$B"`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${variables.A}|`);
});
