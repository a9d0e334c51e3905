export { LanternError, type LanternErrorCode } from './errors.ts';
export type { ModelConfig } from './model/config.ts';
