import type { Command } from 'commander';
import type { ModelOptions } from './model-options.ts';
import { UsageError } from './usage-error.ts';

/** Options of the commands that can ask a server. */
export type ServerOptions = { url?: string; model?: string; apiKey?: string };

/** Options about a model that runs here. */
const modelFlags: Readonly<Record<keyof ModelOptions, string>> = {
  backend: '--backend',
  threads: '--threads',
  context: '--context',
  exact: '--exact',
  revectorize: '--no-revectorize',
  speculativeConfig: '--speculative-config',
  mmproj: '--mmproj',
};

export function addServerOptions(command: Command): Command {
  return command
    .option('--url <base>', "ask a server with OpenAI's API instead of a MODEL, such as http://127.0.0.1:8000")
    .option('--model <name>', "with --url: the server's model (default: the first that it lists)")
    .option('--api-key <key>', 'with --url: the key of the server ($LANTERN_API_KEY, $OPENAI_API_KEY)');
}

/** Throws a UsageError where options of a server and of a model here come together. `model` is the MODEL argument. */
export function refuseMixture(
  command: Command,
  { url, model, apiKey }: ServerOptions,
  given: string | undefined,
): void {
  if (url === undefined) {
    const [flag] = [model !== undefined && '--model', apiKey !== undefined && '--api-key'].filter(
      (one) => one !== false,
    );
    if (flag)
      throw new UsageError(`${flag} is about a server and needs --url; a model that runs here is the MODEL argument`);
    return;
  }
  if (given !== undefined)
    throw new UsageError(`--url and the MODEL "${given}" exclude each other; --model names a model of the server`);
  for (const [name, flag] of Object.entries(modelFlags))
    if (command.getOptionValueSource(name) === 'cli')
      throw new UsageError(`--url and ${flag} exclude each other; ${flag} is about a model that runs here`);
}

/** The key for a server: as given, or from the environment. Of several that open a server the first is taken. */
export function serverKey({ apiKey }: ServerOptions, env: NodeJS.ProcessEnv): string | undefined {
  const ofLantern = env.LANTERN_API_KEY?.split(',').find((key) => key.trim() !== '');
  return apiKey ?? ofLantern ?? env.OPENAI_API_KEY;
}
