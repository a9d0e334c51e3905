import { type ReactElement, useId } from 'react';
import styles from './segments.module.css';

type SegmentsProps<T extends string> = {
  label: string;
  options: readonly { id: T; title: string }[];
  value: T;
  onChange: (id: T) => void;
};

/** One of a few, all of them in sight. Arrow keys choose. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>): ReactElement {
  const name = useId();
  return (
    <fieldset className={styles.segments}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(({ id, title }) => (
        <label key={id} className={styles.segment}>
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            checked={id === value}
            onChange={() => onChange(id)}
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}
