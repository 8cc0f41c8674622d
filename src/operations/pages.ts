import { timingSafeEqual } from 'node:crypto';
import { notFound } from '#platform/app-error.ts';
import { definePage, type Page } from '#src/define-route.ts';
import type { Metrics } from './metrics.ts';
import { type Readiness, reportReadiness } from './readiness.ts';

/** For machines that watch this one. */
export function operationsPages(readiness: Readiness, metrics: Metrics): Page[] {
  return [
    definePage({
      method: 'GET',
      path: '/healthz',
      policy: 'public',
      // Without the database: a restart does not mend a database that is away.
      handle: () => Response.json({ alive: true }),
    }),
    definePage({
      method: 'GET',
      path: '/readyz',
      policy: 'public',
      async handle({ db }) {
        const report = await reportReadiness(db, readiness);
        return Response.json(report, { status: report.ready ? 200 : 503 });
      },
    }),
    definePage({
      method: 'GET',
      path: '/metrics',
      policy: 'public',
      async handle({ services, headers, ip }) {
        // Without a token only for this machine itself, and not for what a proxy on it passes on.
        const allowed = services.config.metricsToken
          ? bears(headers, services.config.metricsToken)
          : isLoopback(ip) && !headers.has('x-forwarded-for');
        if (!allowed) throw notFound();
        const { body, mediaType } = await metrics.print();
        return new Response(body, { headers: { 'content-type': mediaType } });
      },
    }),
  ];
}

function bears(headers: Headers, token: string): boolean {
  const given = Buffer.from(headers.get('authorization') ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);

  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || /^(::ffff:)?127\./.test(ip);
}
