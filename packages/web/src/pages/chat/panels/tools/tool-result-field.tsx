import type { ReactElement } from 'react';
import { CheckField } from '../../../../ui/check-field.tsx';
import { TextArea } from '../../../../ui/field.tsx';
import styles from './tools-panel.module.css';

type ToolResultFieldProps = {
  id: string;
  name: string;
  description: string;
  /** Null: the person is asked. */
  result: string | null;
  onChange: (result: string | null) => void;
};

/** A result that is sent for every call of a function, where it is wanted. */
export function ToolResultField({ id, name, description, result, onChange }: ToolResultFieldProps): ReactElement {
  return (
    <div className={styles.tool}>
      <CheckField
        label={name}
        hint={description}
        value={result !== null}
        onChange={(isSet) => onChange(isSet ? '' : null)}
      />
      {result !== null && (
        <TextArea
          id={id}
          label={`Result for every call of ${name}`}
          placeholder={'{"temperature": 18, "condition": "sunny"}'}
          isCode
          rows={3}
          value={result}
          onChange={onChange}
        />
      )}
    </div>
  );
}
