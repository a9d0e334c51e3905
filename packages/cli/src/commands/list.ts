import { Command } from 'commander';
import { alignColumns } from '../align-columns.ts';
import { printJson } from '../print-json.ts';

/** `lantern list`: what was pulled. */
export function listCommand(): Command {
  return new Command('list')
    .description('List the models that were pulled, by this or another tool.')
    .usage('[options]')
    .option('--json', 'print one JSON array')
    .addHelpText(
      'after',
      `
Examples:
  $ lantern list
  $ lantern list --json | jq '.[].name'`,
    )
    .action(list);
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { cachedModels } = await import('../hub/hub-cache.ts');
  const models = cachedModels();
  if (json)
    printJson(
      models.map(({ name, file, revision, bytes, lastUse, path }) => ({
        name,
        file,
        revision,
        bytes,
        last_use: lastUse.toISOString(),
        path,
      })),
    );
  else if (models.length === 0) process.stderr.write('nothing was pulled yet; lantern pull OWNER/REPO does\n');
  else {
    const rows = models.map(({ name, revision, bytes, lastUse, path }) => [
      name,
      revision.slice(0, 12),
      `${(bytes / 1e6).toFixed(1)} MB`,
      lastUse.toISOString().slice(0, 16).replace('T', ' '),
      path,
    ]);
    const header = ['name', 'revision', 'size', 'last use (UTC)', 'where'];
    process.stdout.write(alignColumns([header, ...rows], { right: [2] }));
  }
}
