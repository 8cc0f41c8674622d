import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAdminIfStale } from '#src/admin-program/build-admin.ts';
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
  // The run can fail without any test failing: no database, an error nobody caught, nothing found to test.
  console.log(`${passed} passed, ${failed || Math.min(code, 1)} failed`);
  return failed > 0 ? code || 1 : code;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

/** A file that could not even be loaded counts as one failure. */
async function readReport(path: string): Promise<{ passed: number; failed: number }> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0 };
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
