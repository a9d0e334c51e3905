import type { CountTokensRequest, MessagesRequest } from '@lantern/api';
import { badField } from '../http/api-error.ts';

/** Throws a 400 for the first field beside the prompt that is known and cannot be honoured. */
export function refuseDeliveryFields({ container, service_tier: tier, inference_geo: place }: MessagesRequest): void {
  if (container) refuse('container', 'tools run at the client');
  if (tier && !['auto', 'standard_only', 'standard', 'default'].includes(tier))
    refuse('service_tier', 'there is one tier; leave it out');
  if (place && place !== 'global') refuse('inference_geo', 'the model runs where the server does');
}

/** The same for fields that belong to the prompt, and for tools that only run at the vendor. */
export function refusePromptFields({
  mcp_servers: servers,
  context_management: context,
  tools,
}: CountTokensRequest): void {
  if (servers && servers.length > 0) refuse('mcp_servers', 'offer the tools themselves');
  for (const [index, edit] of editsOf(context).entries()) {
    // The chat template drops the thinking of earlier turns by itself.
    if (/^clear_thinking_/.test(typeOf(edit))) continue;
    refuse(`context_management.edits[${index}]`, 'shorten the messages instead');
  }
  for (const [index, { type }] of (tools ?? []).entries())
    if (type && type !== 'custom')
      throw badField(
        `tools[${index}].type`,
        `tools[${index}].type is ${JSON.stringify(type)}; this tool does not run here, offer one of your own that does it`,
        'unsupported_field',
      );
}

function refuse(field: string, why: string): never {
  throw badField(field, `${field} cannot be honoured by this server; ${why}`, 'unsupported_field');
}

function editsOf(context: CountTokensRequest['context_management']): readonly unknown[] {
  const edits = context?.edits ?? [];
  return Array.isArray(edits) ? edits : [edits];
}

function typeOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : '';
}
