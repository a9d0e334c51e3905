export { isLoopback } from './access/host-check.ts';
export type { ChatDefaults } from './chat/chat-plan.ts';
export { ApiError } from './http/api-error.ts';
export { AllowedDomains } from './media/allowed-domains.ts';
export type { ServedModel } from './model-host.ts';
export { parseSearchOption } from './search/parse-search-option.ts';
export { SearchError } from './search/search-error.ts';
export type { SearchProvider, SearchResult } from './search/search-provider.ts';
export { type RunningServer, type StartOptions, startServer } from './start-server.ts';
