import { createRequire } from 'node:module';

/**
 * Whether ssh2's native ciphers are loaded. The addon is bound to one Node ABI, and ssh2 falls back to JavaScript without a word;
 * it has no public way to ask.
 */
export function cryptoBinding(): 'native' | 'javascript' {
  try {
    const require = createRequire(import.meta.url);
    const crypto = require('ssh2/lib/protocol/crypto.js') as { readonly bindingAvailable?: unknown };
    return crypto.bindingAvailable === true ? 'native' : 'javascript';
  } catch {
    // Bundled: the addon isn't beside the bundle.
    return 'javascript';
  }
}
