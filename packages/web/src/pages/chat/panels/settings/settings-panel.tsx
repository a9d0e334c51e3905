import { type ReactElement, useId } from 'react';
import type { Sampling } from '../../../../store/records.ts';
import { Button } from '../../../../ui/button.tsx';
import { CheckField } from '../../../../ui/check-field.tsx';
import { TextArea } from '../../../../ui/field.tsx';
import { NumberField } from '../../../../ui/number-field.tsx';
import type { PanelProps } from '../panel.ts';
import { samplingFields } from './sampling-fields.ts';
import styles from './settings-panel.module.css';

/** How answers are drawn. Fields that are empty are not sent: the server decides. */
export function SettingsPanel({ settings, onChange }: PanelProps): ReactElement {
  const id = useId();
  const { system, sampling, logprobs } = settings;
  const set = (name: keyof Sampling, value: number | null) => {
    const { [name]: _, ...others } = sampling;
    onChange({ sampling: value === null ? others : { ...others, [name]: value } });
  };
  return (
    <div className={styles.panel}>
      <TextArea
        id={`${id}-system`}
        label="Instructions"
        placeholder="How the model should behave in this conversation"
        rows={4}
        value={system}
        onChange={(value) => onChange({ system: value })}
      />
      <fieldset className={styles.group}>
        <legend>Sampling</legend>
        {samplingFields.map(({ name, ...field }) => (
          <NumberField
            key={name}
            id={`${id}-${name}`}
            {...field}
            value={sampling[name] ?? null}
            onChange={(value) => set(name, value)}
          />
        ))}
        <Button
          kind="quiet"
          icon="refresh"
          disabled={Object.keys(sampling).length === 0}
          onClick={() => onChange({ sampling: {} })}
        >
          As the server decides
        </Button>
      </fieldset>
      <CheckField
        label="Probabilities of tokens"
        hint="Asks for the likeliest tokens at every place. Answers take longer and more room."
        value={logprobs}
        onChange={(value) => onChange({ logprobs: value })}
      />
    </div>
  );
}
