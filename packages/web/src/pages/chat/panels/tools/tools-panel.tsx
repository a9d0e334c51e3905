import { type ReactElement, useId } from 'react';
import type { ToolChoice } from '../../../../store/records.ts';
import { CheckField } from '../../../../ui/check-field.tsx';
import { SelectField } from '../../../../ui/field.tsx';
import type { PanelProps } from '../panel.ts';
import { ToolDefinitions } from './tool-definitions.tsx';
import { ToolResultField } from './tool-result-field.tsx';
import styles from './tools-panel.module.css';

const choices: readonly { value: 'auto' | 'none' | 'required'; title: string }[] = [
  { value: 'auto', title: 'When the model wants' },
  { value: 'required', title: 'Always' },
  { value: 'none', title: 'Never' },
];

/** The functions that the model may call in this conversation, and what they give back. */
export function ToolsPanel({ settings, onChange }: PanelProps): ReactElement {
  const id = useId();
  const { tools, toolChoice, parallelTools, toolResults } = settings;
  const names = tools.map((tool) => tool.function.name);
  const setResult = (name: string, result: string | null) => {
    const { [name]: _, ...others } = toolResults;
    onChange({ toolResults: result === null ? others : { ...others, [name]: result } });
  };
  return (
    <div className={styles.panel}>
      <ToolDefinitions id={`${id}-definitions`} settings={settings} onChange={onChange} />
      {tools.length > 0 && (
        <>
          <section className={styles.group} aria-labelledby={`${id}-results`}>
            <h3 id={`${id}-results`} className={styles.heading}>
              Results
            </h3>
            <p className={styles.words}>
              The page asks you for the result of every call, unless one is set here: then it goes on by itself.
            </p>
            {tools.map(({ function: { name, description } }) => (
              <ToolResultField
                key={name}
                id={`${id}-${name}`}
                name={name}
                description={description ?? ''}
                result={toolResults[name] ?? null}
                onChange={(result) => setResult(name, result)}
              />
            ))}
          </section>
          <SelectField
            id={`${id}-choice`}
            label="Calls"
            value={typeof toolChoice === 'string' ? toolChoice : `=${toolChoice.name}`}
            options={[...choices, ...names.map((name) => ({ value: `=${name}`, title: `Always ${name}` }))]}
            onChange={(value) => onChange({ toolChoice: choiceOf(value) })}
          />
          <CheckField
            label="Several calls at once"
            hint="One answer may call functions more than once."
            value={parallelTools}
            onChange={(value) => onChange({ parallelTools: value })}
          />
        </>
      )}
    </div>
  );
}

/** Names stand behind an equals sign, which no name and no other choice has. */
function choiceOf(value: string): ToolChoice {
  if (value.startsWith('=')) return { name: value.slice(1) };
  return choices.find((choice) => choice.value === value)?.value ?? 'auto';
}
