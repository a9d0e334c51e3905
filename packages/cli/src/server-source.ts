import type { ChatRequest, LanternClient } from '@lantern/client';
import type { ToolDefinition } from '@lantern/engine';
import type { Asked, AskOptions, ChatSource, SourceMessage } from './chat-source.ts';

/** A model of a server, as far as it is known. */
export type RemoteModel = { name: string; contextTokens: number | null };

/** Answers from a server with OpenAI's API. */
export class ServerSource implements ChatSource {
  readonly name: string;
  readonly contextTokens: number | null;
  readonly contextRemedy = null;
  readonly thinksByItself = null;
  /** Where the server's API begins. */
  readonly address: string;
  readonly #client: LanternClient;

  constructor(client: LanternClient, { name, contextTokens }: RemoteModel) {
    this.#client = client;
    this.address = client.baseUrl;
    this.name = name;
    this.contextTokens = contextTokens;
  }

  /** The template is the server's. */
  countTokens(): null {
    return null;
  }

  async ask(messages: readonly SourceMessage[], count: number, options: AskOptions): Promise<Asked> {
    const request = chatRequest(this.name, await Promise.all(messages.map(apiMessage)), options);
    const answers = this.#client.chatMany(request, count, { signal: options.signal });
    return {
      answers,
      // Of the whole request, whichever answer tells it.
      spent: async () => (await Promise.all(answers.map((answer) => answer.result)))[0]!,
    };
  }
}

/** What is asked in the words of the API. Only what was given is sent, for strict servers refuse what they don't know. */
function chatRequest(model: string, messages: ChatRequest['messages'], options: AskOptions): ChatRequest {
  const { enableThinking, tools = [], stop } = options;
  const request: ChatRequest = {
    model,
    messages,
    temperature: options.temperature,
    top_p: options.topP,
    top_k: options.topK,
    min_p: options.minP,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    repetition_penalty: options.repetitionPenalty,
    seed: options.seed,
    // The older name, which every server knows.
    max_tokens: options.maxTokens,
    thinking_budget: options.thinkingBudget,
    stop: typeof stop === 'string' ? stop : stop && [...stop],
  };
  if (enableThinking !== undefined) {
    // The first is Model Studio's way and Lantern's, the second that of vLLM, SGLang and llama.cpp.
    request.enable_thinking = enableThinking;
    request.chat_template_kwargs = { enable_thinking: enableThinking };
  }
  if (options.schema)
    request.response_format = { type: 'json_schema', json_schema: { name: 'answer', schema: options.schema } };
  if (tools.length > 0) request.tools = tools.map(apiTool);
  return request;
}

/** A message with its files as `data:` addresses. */
async function apiMessage(message: SourceMessage): Promise<ChatRequest['messages'][number]> {
  if (message.role !== 'user' || typeof message.content === 'string') return message as ChatRequest['messages'][number];
  const { mediaTypeOf } = await import('@lantern/engine/node');
  return {
    role: 'user',
    content: message.content.map((part) => {
      if (part.type === 'text') return part;
      const { type, bytes, fps } = part;
      const url = `data:${mediaTypeOf(bytes) ?? `${type}/*`};base64,${Buffer.from(bytes).toString('base64')}`;
      if (type === 'image') return { type: 'image_url', image_url: { url } };
      return { type: 'video_url', video_url: { url }, ...(fps !== undefined && { fps }) };
    }),
  };
}

/** A tool in OpenAI's form; one may be the bare description of its function. */
function apiTool(tool: ToolDefinition): NonNullable<ChatRequest['tools']>[number] {
  const described = 'function' in tool ? tool : { type: 'function', function: tool };
  return { type: 'function', ...described } as NonNullable<ChatRequest['tools']>[number];
}
