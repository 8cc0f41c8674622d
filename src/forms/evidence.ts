import type { Services } from '#src/services.ts';
import { evidencePrefix } from './network-prefix.ts';

/** What shows later from where somebody acted, as far as this installation keeps it. */
export function pageEvidence(
  services: Services,
  from: { readonly ip: string; readonly headers: Headers },
): Record<string, string> {
  const { evidence } = services.config;
  const prefix = evidence.ipPrefix ? evidencePrefix(from.ip) : undefined;
  const agent = evidence.userAgent ? from.headers.get('user-agent') : null;
  return {
    ...(prefix ? { ipPrefix: prefix } : {}),
    ...(agent ? { agent: agent.replace(/[^\x20-\x7e]/g, '?').slice(0, 300) } : {}),
  };
}
