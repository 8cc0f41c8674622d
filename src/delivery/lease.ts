/** How long whoever took a delivery may be silent before another takes it over: longer than any socket is waited for. */
export const LEASE = '2 minutes';
