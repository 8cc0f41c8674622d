import { isIPv6 } from 'node:net';

/** The network an address is in, as counted against floods: the IPv4 address itself, or the IPv6 /64 one line gets. */
export function floodNetwork(ip: string): string {
  const v4 = mappedIPv4(ip);
  return v4 ?? (isIPv6(ip) ? `${groups(ip).slice(0, 4).join(':')}::/64` : ip);
}

/** What is kept as evidence: /24 or /48, enough to tell a region and too little to tell a person. */
export function evidencePrefix(ip: string): string | undefined {
  const v4 = mappedIPv4(ip);
  if (v4) return `${v4.split('.').slice(0, 3).join('.')}.0/24`;
  return isIPv6(ip) ? `${groups(ip).slice(0, 3).join(':')}::/48` : undefined;
}

function mappedIPv4(ip: string): string | undefined {
  return /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(ip)?.[1];
}

/** The eight groups of an IPv6 address, without leading zeros, lower case. */
function groups(ip: string): string[] {
  const [head = '', tail] = (ip.split('%')[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const middle = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...middle, ...right].map((group) => group.replace(/^0+(?=.)/, ''));
}
