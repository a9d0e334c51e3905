import { type ChatSettings, defaultSettings } from '../store/records.ts';

const NAME = 'lantern.settings';

/** What a new conversation begins with: the settings that were chosen last, without the words of that conversation. */
export function lastSettings(): ChatSettings {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? '{}') as Partial<ChatSettings>;
    const { system, tools, toolsText, toolChoice, parallelTools, toolResults } = defaultSettings;
    return {
      ...defaultSettings,
      ...kept,
      ...{ system, tools, toolsText, toolChoice, parallelTools, toolResults },
    };
  } catch {
    return defaultSettings;
  }
}

export function keepSettings(settings: ChatSettings): void {
  localStorage.setItem(NAME, JSON.stringify(settings));
}
