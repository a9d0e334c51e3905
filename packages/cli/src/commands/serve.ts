import { Command, Option } from 'commander';
import { modelArgument } from '../model-options.ts';
import { commaList, textList, wholeNumber } from '../option-parsers.ts';
import type { ServeOptions } from '../serve/serve-options.ts';
import { speculativeConfigOption } from '../speculative-config.ts';

const REASONING_PARSERS = ['qwen3', 'none'];
const TOOL_CALL_PARSERS = ['qwen3', 'qwen3_coder', 'qwen3_xml', 'none'];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** `lantern serve`: the HTTP API, with options spelled as people type them for vLLM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Answer the Qwen 3.5 HTTP API: chat completions, completions, responses, messages.')
    .argument('[MODEL]', modelArgument)
    .option('--host <address>', 'address to listen on; one that others can reach needs a key', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes any that is free', wholeNumber(0, 65_535), 8000)
    .option(
      '--served-model-name <name...>',
      "names that requests may call the model by, instead of its own, qwen3.5-plus and qwen3.5-flash; the first is the model's id",
    )
    .option(
      '--api-key <key>',
      'a key that requests must carry; may be given several times ($LANTERN_API_KEY)',
      textList,
    )
    .option('--api-key-file <file>', 'a file with a key a line')
    .option('--max-model-len <tokens>', 'tokens that prompt and answer may have together', wholeNumber(1))
    .option('--max-num-seqs <n>', 'answers that grow at a time', wholeNumber(1), 64)
    .option('--max-waiting <n>', 'answers that may wait; beyond, requests get 429', wholeNumber(0), 1024)
    .addOption(speculativeConfigOption())
    .option('--kv-cache-tokens <n>', 'tokens that all answers and remembered prompts may have together', wholeNumber(1))
    .addOption(
      new Option('--dtype <type>', 'float32 never rounds activations to 8 bits, nor keys and values to 16')
        .choices(['auto', 'float32'])
        .default('auto'),
    )
    .option('--quantization <format>', "the checkpoint's own format, to be sure that it is what is served")
    .addOption(
      new Option('--reasoning-parser <name>', 'tells thinking from the answer')
        .choices(REASONING_PARSERS)
        .default('qwen3'),
    )
    .addOption(
      new Option('--tool-call-parser <name>', 'tells calls from the answer')
        .choices(TOOL_CALL_PARSERS)
        .default('qwen3_coder'),
    )
    .option('--enable-auto-tool-choice', 'let the model decide about calls', true)
    .option('--no-enable-auto-tool-choice', 'leave calls in the content, like --tool-call-parser none')
    .option(
      '--enable-chunked-prefill',
      'cut prompts in pieces between the tokens of other answers; this is so by itself',
    )
    .option('--enable-prefix-caching', 'remember what prompts begin with', true)
    .option('--no-enable-prefix-caching', 'read every prompt anew')
    .option(
      '--default-chat-template-kwargs <json>',
      'values for the chat template, such as \'{"enable_thinking": false}\'',
    )
    .option('--chat-template <file>', "a chat template instead of the checkpoint's own")
    .option('--rope-scaling <json>', 'stretch positions by YaRN: a longer context, a little worse at short ones')
    .option(
      '--search <provider>',
      'what enable_search searches with: searxng=URL, brave, tavily ($BRAVE_API_KEY, $TAVILY_API_KEY) or folder=PATH',
    )
    .option(
      '--response-store <file>',
      'where /v1/responses keeps its answers (default: in memory, until the server ends)',
    )
    .option('--mmproj <file>', 'vision tower of a GGUF model (default: the only mmproj*.gguf beside it, if it fits)')
    .option('--language-model-only', 'leave the vision tower out; requests with pictures are refused')
    .option(
      '--allowed-media-domains <list>',
      'domains that links to pictures and videos may lead to, such as example.com,*.example.org (default: none)',
      commaList,
    )
    .option(
      '--files-dir <folder>',
      'where /v1/files keeps what is uploaded (default: a folder that is deleted when the server ends)',
    )
    .option('--max-files <n>', 'files that are kept at a time', wholeNumber(1), 1000)
    .option('--max-file-bytes <n>', 'bytes of one file (default: 128 MiB)', wholeNumber(1))
    .option('--max-files-bytes <n>', 'bytes of all files together (default: 4 GiB)', wholeNumber(1))
    .option('--max-file-days <n>', 'days after which a file is deleted', wholeNumber(1), 30)
    .option('--threads <n>', 'threads that compute (default: all cores, at most 8)', wholeNumber(1))
    .option('--seed <n>', 'seed of requests without one', wholeNumber(Number.MIN_SAFE_INTEGER))
    .option(
      '--shutdown-timeout <seconds>',
      'time that running answers get when the server is told to end',
      wholeNumber(0),
      10,
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged, to standard error').choices(LOG_LEVELS).default('info'),
    )
    .addOption(new Option('--tensor-parallel-size <n>').argParser(wholeNumber(1)).hideHelp())
    .addOption(new Option('--pipeline-parallel-size <n>').argParser(wholeNumber(1)).hideHelp())
    .addOption(new Option('--data-parallel-size <n>').argParser(wholeNumber(1)).hideHelp())
    .addHelpText(
      'after',
      `
Listens at once; /health answers 503 until the model is loaded. Ctrl-C lets running answers finish, a second one does
not. Sampling of requests that say nothing: generation_config.json, else temperature 1.
Keys also come from $LANTERN_API_KEY, several separated by commas. A file belongs to the key that uploads it.
Links are fetched from public addresses only, by https at port 443; example.com:8443 names another port,
http://example.com allows fetching without encryption, * stands for every host of the internet.

Examples:
  $ lantern serve
  $ lantern serve ./Qwen3.5-4B --port 9000 --max-model-len 16384
  $ lantern serve me/model:Q4_K_M --served-model-name my-model --api-key "$(openssl rand -hex 24)" --host 0.0.0.0
  $ lantern serve ./Qwen3.5-4B --speculative-config '{"method": "mtp", "num_speculative_tokens": 1}'
  $ lantern serve ./Qwen3.5-9B --max-model-len 524288 \\
      --rope-scaling '{"rope_type":"yarn","factor":2.0,"original_max_position_embeddings":262144}'
  $ curl http://127.0.0.1:8000/v1/chat/completions -H 'content-type: application/json' \\
      -d '{"model": "qwen3.5-plus", "messages": [{"role": "user", "content": "Hello"}]}'`,
    )
    .action(async (model: string | undefined, options: ServeOptions) => {
      const { serve } = await import('../serve/serve.ts');
      await serve(model, options);
    });
}
