import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser the journeys drive: CHROMIUM_PATH or where systems keep it. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM_PATH, ...USUAL_PLACES].find((path) => path && existsSync(path));
}

/** The same, installed from the system's packages first where that may be done without asking. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  if (existsSync('/usr/bin/apt-get')) installFromApt();
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'The browser tests need Chromium. Install it ("sudo apt-get install chromium" on Debian), or set CHROMIUM_PATH to one you have.',
  );
}

function installFromApt(): void {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  process.stderr.write('Installing Chromium for the browser tests …\n');
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']]) {
    const [program = '', ...args] = [...asRoot, ...apt, ...step];
    // Quiet unless it fails: two hundred lines of packages say nothing about our tests.
    const result = spawnSync(program, args, { encoding: 'utf8' });
    if (result.status !== 0) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  }
}
