import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expandRemotes } from './expand-remotes.ts';
import { mergedEntry } from './merge-entry.ts';
import { loadUserConfig } from './load-config.ts';
import { parseUserConfig } from './user-config.ts';

const parse = (text: string) => parseUserConfig(text, 'config.yml');

describe('a configuration file', () => {
  test("takes Guild's ssh remotes and Sortie's settings", () => {
    const { remotes, warnings } = parse(`
remotes:
  gpu-box:
    type: ssh
    host: 10.0.0.5
    port: 2222
    user: me
    private-key: ~/.ssh/gpu
    connect-timeout: 5
    venv-path: /opt/venv
    gpus: [0, 1]
    slots: 2
    transport: openssh
    host-key: accept-new
`);
    expect(warnings).toEqual([]);
    expect(remotes.get('gpu-box')?.place).toBe('config.yml:3:3');
    expect(remotes.get('gpu-box')?.entry).toMatchObject({
      host: '10.0.0.5',
      port: 2222,
      gpus: '0,1',
      'host-key': 'accept-new',
    });
  });

  test("lists remotes of Guild's other types, whatever they say, and stumbles over nothing in them", () => {
    const { remotes, warnings } = parse(
      'remotes:\n  cloud: {type: ec2, region: r, init: {a: 1}, description: Cloud}\n  store: {type: s3, bucket: b}\n',
    );
    expect(warnings).toEqual([]);
    expect(remotes.get('cloud')?.entry).toEqual({ type: 'ec2', description: 'Cloud' });
    expect(remotes.get('store')?.entry).toEqual({ type: 's3' });
  });

  test('may be empty', () => {
    expect(parse('').remotes.size).toBe(0);
    expect(parse('remotes:\n').remotes.size).toBe(0);
  });

  test("warns of what nothing reads, with its place, and says nothing of Guild's other sections", () => {
    const { warnings } = parse('run: {}\nremtes: {}\nremotes:\n  a:\n    host: x\n    prot: 22\n');
    expect(warnings).toEqual([
      "config.yml:2:1: unknown section 'remtes' is ignored",
      "config.yml:6:5: unknown setting 'prot' is ignored",
    ]);
  });

  test.each([
    [
      'a value of the wrong kind',
      'remotes:\n  a:\n    port: ssh\n',
      'config.yml:3:11: port: Expected a port number',
    ],
    [
      'a port out of range',
      'remotes: {a: {port: 70000}}',
      'config.yml:1:21: port: Expected a port from 1 to 65535',
    ],
    [
      'an unknown transport',
      'remotes: {a: {transport: mosh}}',
      'config.yml:1:26: transport: Expected ssh2 or openssh',
    ],
    ['no mapping', '- a\n', 'config.yml:1:1: Expected a mapping'],
    ['a name that looks like an option', 'remotes: {-a: {}}', "config.yml:1:15: Expected a remote's name"],
    ['the reserved name', 'remotes: {local: {}}', "config.yml:1:18: 'local' is this machine"],
    ['broken YAML', 'remotes: {a: [}\n', 'config.yml:1:15: '],
  ])('%s is an error with file, line and column', (_what, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe('the search for a configuration', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sortie-config-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  test("takes the first of the user's that exists", async () => {
    const env = { HOME: dir, SORTIE_HOME: join(dir, 'home'), GUILD_CONFIG: join(dir, 'named.yml') };
    const cwd = dir;
    const files = ['.guild/config.yml', 'home/config.yml', 'named.yml'];
    for (const file of files) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), 'remotes: {}\n');
      expect((await loadUserConfig({ env, cwd })).file).toBe(join(dir, file));
    }
  });

  test('finding none is no error', async () => {
    expect(await loadUserConfig({ env: { HOME: dir }, cwd: dir })).toMatchObject({
      file: null,
      warnings: [],
    });
  });
});

describe('groups and parents', () => {
  const config = parse(`
remotes:
  base: {user: me, slots: 4}
  a: {extends: base, host: a.example, slots: 1}
  fleet: {hosts: [a, b, "c"]}
  everything: {hosts: "fleet, d"}
  loop: {hosts: [knot]}
  knot: {hosts: [loop]}
  orphan: {extends: nobody}
`);

  test('a group stands for its hosts, each once, in order', () => {
    expect(expandRemotes(['b,everything', 'e'], config)).toEqual(['b', 'a', 'c', 'd', 'e']);
  });

  test('groups that contain each other are refused by name', () => {
    expect(() => expandRemotes(['loop'], config)).toThrow('loop → knot → loop');
  });

  test('a remote takes what it does not say from what it extends', () => {
    expect(mergedEntry('a', config)).toMatchObject({ user: 'me', slots: 1, host: 'a.example' });
    expect(() => mergedEntry('orphan', config)).toThrow("extends 'nobody', which is not there");
  });
});
