import { expect, test } from 'vitest';
import { isSecret } from './secrets.ts';

test.each([
  'GITHUB_TOKEN',
  'HF_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SESSION_TOKEN',
  'WANDB_API_KEY',
  'OPENAI_API_KEY',
  'DB_PASSWORD',
  'MYSQL_PWD_PASSWD',
  'SSH_PASSPHRASE',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'COMET_APIKEY',
])('%s is a secret', (name) => expect(isSecret(name, [])).toBe(true));

test.each(['PATH', 'TOKENIZERS_PARALLELISM', 'KEYBOARD', 'CUDA_VISIBLE_DEVICES', 'MONKEY'])(
  '%s is none unless named',
  (name) => {
    expect(isSecret(name, [])).toBe(false);
    expect(isSecret(name, [name])).toBe(true);
  },
);
