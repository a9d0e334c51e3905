import { type ReactElement, useState } from 'react';
import { TextField } from './field.tsx';

type NumberFieldProps = {
  id: string;
  label: string;
  hint: string;
  min: number;
  max: number;
  /** 1 takes whole numbers only. */
  step: number;
  /** Null: left open. */
  value: number | null;
  onChange: (value: number | null) => void;
};

/** A number that may be left open. What cannot be sent is told and not taken. */
export function NumberField({ id, label, hint, min, max, step, value, onChange }: NumberFieldProps): ReactElement {
  const [typed, setTyped] = useState<{ text: string; value: number | null } | null>(null);
  // What was typed counts as long as the value is the one that came of it.
  const text = typed && typed.value === value ? typed.text : (value?.toString() ?? '');
  const failure = text === '' ? null : wrongWith(text, min, max, step);
  return (
    <TextField
      id={id}
      label={label}
      hint={hint}
      inputMode={step === 1 ? 'numeric' : 'decimal'}
      placeholder="The server decides"
      autoComplete="off"
      value={text}
      failure={failure}
      onChange={(next) => {
        const isGood = next !== '' && wrongWith(next, min, max, step) === null;
        const number = isGood ? Number(next.replace(',', '.')) : null;
        setTyped({ text: next, value: number });
        onChange(number);
      }}
    />
  );
}

function wrongWith(text: string, min: number, max: number, step: number): string | null {
  const number = Number(text.trim().replace(',', '.'));
  if (!Number.isFinite(number) || text.trim() === '') return 'This is no number.';
  if (step === 1 && !Number.isInteger(number)) return 'This must be a whole number.';
  if (number < min || number > max) return `This must be from ${min} to ${max.toLocaleString('en')}.`;
  return null;
}
