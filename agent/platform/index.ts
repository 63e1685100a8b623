/** The door to what differs between operating systems. */
import { darwin } from './darwin.ts';
import { linux } from './linux.ts';
import type { Platform } from './platform.ts';

export type { Platform, ProcessRow } from './platform.ts';

/** The platform this program runs on. SORTIE_HOST_ID overrides the host's identity, so that one machine can pretend to be several. */
export function thisPlatform(): Platform {
  const platform = process.platform === 'darwin' ? darwin : linux;
  const pretended = process.env['SORTIE_HOST_ID'];
  return pretended === undefined || pretended === '' ? platform : { ...platform, hostId: () => pretended };
}
