import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './support/find-chromium.ts';

const ROOT = join(import.meta.dirname, '..');

process.exitCode = await runTests(process.argv.slice(2));

/** Everything "npm test" promises: what the tests need, the tests, and one closing line with their numbers. */
async function runTests(args: string[]): Promise<number> {
  try {
    process.env.CHROMIUM_PATH = ensureChromium();
    await buildAdminIfStale();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  const reportFolder = await mkdtemp(join(tmpdir(), 'saglasie-report-'));
  const report = join(reportFolder, 'report.json');
  const code = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args]);
  const { passed, failed } = await readReport(report);
  await rm(reportFolder, { recursive: true });
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? code || 1 : code;
}

async function buildAdminIfStale(): Promise<void> {
  const admin = join(ROOT, 'admin');
  if (!existsSync(admin)) return console.error('There is no admin/ to build: tests that open it will fail.');
  const built = await changedAt(join(admin, 'dist', 'index.html'));
  if (built > (await newestChange(admin))) return;
  if ((await run('npm', ['run', '--silent', 'build:admin'])) !== 0) throw new Error('The admin did not build.');
}

async function newestChange(admin: string): Promise<number> {
  const entries = await readdir(admin, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const notBuilt = sources.filter((path) => !path.startsWith(join(admin, 'dist')));
  const times = await Promise.all([join(ROOT, 'package-lock.json'), ...notBuilt].map(changedAt));
  return Math.max(...times);
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

/** A file that could not even be loaded counts as one failure, and so does a run that left no report. */
async function readReport(path: string): Promise<{ passed: number; failed: number }> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1 };
  const report: Report = JSON.parse(text);
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

function run(program: string, args: string[]): Promise<number> {
  const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PATH: path } });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
