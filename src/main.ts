// First of all: what follows uses what only Node 26 has and would fail without a word people understand.
if (Number(process.versions.node.split('.')[0]) < 26) {
  process.stderr.write(`Saglasie needs Node 26 or newer and this is ${process.version}. Run "npm ci" once, then "npm start".\n`);
  process.exit(1);
}

const { runCommand } = await import('#src/cli/run-command.ts');
process.exitCode = await runCommand(['start', ...process.argv.slice(2)], process.env);
