import type { ReactElement } from 'react';
import styles from './check-field.module.css';

type CheckFieldProps = { label: string; hint: string; value: boolean; onChange: (value: boolean) => void };

/** Something that is or is not. */
export function CheckField({ label, hint, value, onChange }: CheckFieldProps): ReactElement {
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        <small>{hint}</small>
      </span>
    </label>
  );
}
