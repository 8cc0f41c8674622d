import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { inTransaction } from '#platform/database/connect.ts';
import { notARequestReply } from '#platform/http/problem.ts';
import { AdminNotBuilt, buildAdminIfStale } from '#src/admin-program/build-admin.ts';
import { type AdminProgram, loadAdmin } from '#src/admin-program/pages.ts';
import { createApp } from '#src/app.ts';
import { flushSteps } from '#src/forms/count-steps.ts';
import { problems } from '#src/languages/bg/problems.ts';
import { type OpenServices, openServices } from '#src/open-services.ts';
import { createMetrics } from '#src/operations/metrics.ts';
import type { Readiness } from '#src/operations/readiness.ts';
import { renewSetUpToken } from '#src/set-up/set-up-token.ts';
import { setUpUnattended } from '#src/set-up/set-up-unattended.ts';
import { keepPagesInUse } from '#src/time-machine/keep-pages-in-use.ts';
import { startWorker, type Worker } from '#src/worker.ts';

/** Everything must be down by then, or the process ends anyway. */
const PATIENCE_MS = 10_000;
/** How long requests that are under way may take to end. */
const DRAIN_MS = 4_000;

/** The address is in use; the message says by whose choice it can be another. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * Runs web and worker, as SAGLASIE_ROLE says, until SIGTERM or SIGINT.
 *
 * @throws what `openServices` throws; AddressRefused.
 */
export async function runServer(env: NodeJS.ProcessEnv): Promise<void> {
  // Heard from the beginning: one that comes during the start is acted on as soon as everything stands.
  const signal = signalled();
  const lost = Promise.withResolvers<'database lost'>();
  const opened = await openServices(env, 'server', () => lost.resolve('database lost'));
  const { services } = opened;
  const { config, log } = services;
  endOnDefect(log);
  const readiness: Readiness = { stopping: false, worker: config.role === 'web' ? undefined : 'stopped' };
  let web: Server | undefined;
  let worker: Worker | undefined;

  try {
    await setUpUnattended(services.db, config);
    // Nobody is kept from unsubscribing because a page could not be kept: the worker tries again within the hour.
    await inTransaction(services.db, keepPagesInUse).catch((err: unknown) => log.error({ err }, 'pages in use were not kept'));
    if (config.role !== 'worker') web = await startWeb(opened, readiness);
    if (config.role !== 'web') worker = await startWorker(opened, readiness);
    await printSetUpLink(opened);
  } catch (cause) {
    await stop();
    throw cause;
  }
  log.info({ role: config.role, port: config.port }, 'started');

  const reason = await Promise.race([signal, lost.promise]);
  log.info({ reason }, 'stopping');
  // Without its database it is of no use: whoever supervises it starts it again, and PostgreSQL recovers.
  if (reason === 'database lost') process.exitCode = 1;
  // A second signal means now.
  void signalled().then(() => process.exit(1));
  setTimeout(() => process.exit(1), PATIENCE_MS).unref();
  await stop();
  log.info('stopped');

  async function stop(): Promise<void> {
    readiness.stopping = true;
    await Promise.all([web && drain(web), worker?.stop()]);
    // What was counted since the last flush, while there is still a database to write it to.
    await flushSteps(services).catch((err: unknown) => log.warn({ err }, 'steps of forms were not counted'));
    await opened.close();
  }
}

function signalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve).once('SIGINT', resolve);
  });
}

/** Node would print the error with its message, which may quote a person's data; and going on would be guessing. */
function endOnDefect(log: OpenServices['services']['log']): void {
  const end = (err: unknown) => {
    log.fatal({ err }, 'defect');
    process.exit(1);
  };
  process.on('uncaughtException', end).on('unhandledRejection', end);
}

async function startWeb({ services }: OpenServices, readiness: Readiness): Promise<Server> {
  const { config, log } = services;
  let admin: AdminProgram = { index: undefined, files: new Map() };
  const app = createApp({ services, readiness, metrics: createMetrics(services.db), admin: () => admin });
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 },
    getRequestListener(app.fetch, { errorHandler: () => notARequestReply(problems, config.publicUrl.startsWith('https:')) }),
  );

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(explainListen(cause, config)));
    server.listen(config.port, config.host, resolve);
  });
  // People can subscribe and unsubscribe while the admin program is still being built.
  await buildAdminIfStale().catch((thrown: unknown) => {
    if (!(thrown instanceof AdminNotBuilt)) throw thrown;
    process.stderr.write(`The admin program could not be built, so /admin/ is not available:\n${thrown.message}\n`);
  });
  admin = await loadAdmin();
  log.info({ adminFiles: admin.files.size }, 'web is up');

  return server;
}

function explainListen(cause: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const why: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use by another program. Stop it, or set PORT to a free one.`,
    EACCES: `This process may not listen on port ${port}. Set PORT to one above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Set HOST to one that is, or to 0.0.0.0 for all.`,
    ENOTFOUND: `${host} is not known as an address. Set HOST to an IP address of this machine.`,
  };

  return new AddressRefused(why[cause.code ?? ''] ?? `Cannot listen on ${host}:${port} (${cause.code}).`, { cause });
}

/** Takes no new connections, lets what is under way end, then closes the rest. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(force);
}

/** Until there is an owner, each start prints a new link and the last one stops working. */
async function printSetUpLink({ services }: OpenServices): Promise<void> {
  const { config, db } = services;
  if (config.role === 'worker') return;
  const token = await inTransaction(db, renewSetUpToken);
  const line = token
    ? `\n  Saglasie is running. To set it up, open this link; it works once:\n\n    ${config.publicUrl}/setup/${token}\n\n`
    : `\n  Saglasie is running at ${config.publicUrl}/\n\n`;
  process.stdout.write(line);
}
