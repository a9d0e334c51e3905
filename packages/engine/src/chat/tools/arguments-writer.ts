import { declaredParameters } from './schema-alternatives.ts';
import { stringFrom, typedArgument } from './typed-argument.ts';

/**
 * Writes the arguments of a call as JSON text while they come, laid out as Python's `json.dumps` does. Values that are
 * strings by the tool's schema are written piece by piece, others when they are complete. A parameter that is given
 * again is left out: what was written of the first cannot be taken back.
 */
export class ArgumentsWriter {
  readonly #parameters: unknown;
  readonly #declared: { readonly [name: string]: unknown } | undefined;
  readonly #given = new Set<string>();
  #text = '';
  #value: OpenValue | null = null;

  /** `parameters` is the JSON schema of all arguments. */
  constructor(parameters: unknown) {
    this.#parameters = parameters;
    this.#declared = declaredParameters(parameters);
  }

  /** All that was written. */
  get text(): string {
    return this.#text;
  }

  /** Whether a parameter is declared and not yet given; undefined for a tool that declares none. */
  expects(name: string): boolean | undefined {
    return this.#declared && Object.hasOwn(this.#declared, name) && !this.#given.has(name);
  }

  /** A value begins. */
  open(name: string): void {
    const declared = this.#declared;
    const schema = declared && Object.hasOwn(declared, name) ? declared[name] : undefined;
    const isAgain = this.#given.has(name);
    this.#given.add(name);
    this.#value = { name, schema, isAgain, raw: '', stringFrom: stringFrom(schema, this.#parameters), isOpen: false };
  }

  /** More raw text of the value. Returns the JSON text that it adds. */
  add(raw: string): string {
    const value = this.#value;
    if (!value || value.isAgain || raw === '') return '';
    if (value.isOpen) return this.#write(escaped(raw));
    value.raw += raw;
    if (value.raw.length < value.stringFrom) return '';
    value.isOpen = true;
    return this.#write(`${this.#key(value.name)}"${escaped(value.raw)}`);
  }

  /** The value is complete, or the answer was cut in it: then a value of which nothing came is left out. */
  close({ isCut = false } = {}): string {
    const value = this.#value;
    this.#value = null;
    if (!value || value.isAgain || (isCut && !value.isOpen && value.raw === '')) return '';
    if (value.isOpen) return this.#write('"');
    return this.put(value.name, typedArgument(value.raw, value.schema, this.#parameters));
  }

  /** A value as JSON text, all at once. */
  put(name: string, json: string): string {
    return this.#write(this.#key(name) + json);
  }

  /** Nothing follows. */
  end(): string {
    return this.#write(this.#text === '' ? '{}' : '}');
  }

  #key(name: string): string {
    return `${this.#text === '' ? '{' : ', '}${JSON.stringify(name)}: `;
  }

  #write(text: string): string {
    this.#text += text;
    return text;
  }
}

type OpenValue = {
  readonly name: string;
  readonly schema: unknown;
  readonly isAgain: boolean;
  readonly stringFrom: number;
  raw: string;
  /** Whether its beginning is written, as a string. */
  isOpen: boolean;
};

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
