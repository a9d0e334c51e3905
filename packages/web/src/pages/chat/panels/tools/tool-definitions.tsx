import { type ReactElement, useMemo, useRef } from 'react';
import { exampleTools } from '../../../../chat/tools/example-tools.ts';
import { readTools, type ToolFault } from '../../../../chat/tools/read-tools.ts';
import { counted } from '../../../../lib/format-numbers.ts';
import type { ChatSettings, Tools } from '../../../../store/records.ts';
import { Button } from '../../../../ui/button.tsx';
import { TextArea } from '../../../../ui/field.tsx';
import type { PanelProps } from '../panel.ts';
import styles from './tools-panel.module.css';

const MOST_FAULTS = 5;

type ToolDefinitionsProps = PanelProps & { id: string };

/** Definitions as text, checked while it is typed. The conversation keeps the last ones without a fault. */
export function ToolDefinitions({ id, settings, onChange }: ToolDefinitionsProps): ReactElement {
  const input = useRef<HTMLTextAreaElement>(null);
  const text = textOf(settings);
  const { tools: read, faults } = useMemo(() => readTools(text), [text]);
  const change = (next: string) => {
    const { tools, faults } = readTools(next);
    onChange({ toolsText: next, ...(faults.length === 0 && withTools(settings, tools)) });
  };
  const insert = (tool: Tools[number]) => change(textFor([...read, tool]));
  const show = ({ offset }: ToolFault) => {
    const area = input.current;
    if (!area) return;
    area.focus();
    area.setSelectionRange(offset, endOfWord(text, offset));
  };
  const known = new Set(read.map((tool) => tool.function.name));
  return (
    <div className={styles.group}>
      <TextArea
        id={id}
        ref={input}
        label="Functions that the model may call"
        placeholder="A function or a list of them, in OpenAI’s form or bare: name, description, parameters"
        isCode
        rows={12}
        value={text}
        aria-invalid={faults.length > 0}
        onChange={change}
        hint={
          <div role="status">
            {faults.length > 0 ? (
              <Faults faults={faults} kept={settings.tools.length} onShow={show} />
            ) : read.length === 0 ? (
              'Paste definitions, or take an example.'
            ) : (
              `${counted(read.length, 'function')} for the model.`
            )}
          </div>
        }
      />
      <fieldset className={styles.examples}>
        <legend>Examples</legend>
        {exampleTools.map(({ title, tool }) => (
          <Button
            key={title}
            icon="add"
            disabled={faults.length > 0 || known.has(tool.function.name)}
            onClick={() => insert(tool)}
          >
            {title}
          </Button>
        ))}
        {text !== '' && (
          <Button kind="quiet" icon="trash" onClick={() => change('')}>
            Clear
          </Button>
        )}
      </fieldset>
    </div>
  );
}

type FaultsProps = { faults: readonly ToolFault[]; kept: number; onShow: (fault: ToolFault) => void };

function Faults({ faults, kept, onShow }: FaultsProps): ReactElement {
  const more = faults.length - MOST_FAULTS;
  return (
    <>
      <ul className={styles.faults}>
        {faults.slice(0, MOST_FAULTS).map((fault) => (
          <li key={fault.message}>
            <button type="button" title="Show the place" onClick={() => onShow(fault)}>
              {fault.message}
            </button>
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
      {kept > 0
        ? `Until this is mended, the ${counted(kept, 'function')} from before ${kept === 1 ? 'counts' : 'count'}.`
        : 'Until this is mended, there are no functions.'}
    </>
  );
}

/** What is shown where nothing was typed, as in a conversation that was imported: the tools that it has. */
function textOf({ tools, toolsText }: ChatSettings): string {
  return toolsText === '' && tools.length > 0 ? textFor(tools) : toolsText;
}

function textFor(tools: Tools): string {
  return JSON.stringify(tools, null, 2);
}

/** The settings with other tools: what was set for one that is gone goes with it. */
function withTools({ toolChoice, toolResults }: ChatSettings, tools: Tools): Partial<ChatSettings> {
  const names = tools.map((tool) => tool.function.name);
  const isChoiceGone = typeof toolChoice !== 'string' && !names.includes(toolChoice.name);
  return {
    tools,
    ...(isChoiceGone && { toolChoice: 'auto' }),
    toolResults: Object.fromEntries(Object.entries(toolResults).filter(([name]) => names.includes(name))),
  };
}

function endOfWord(text: string, offset: number): number {
  const length = /^(?:"(?:[^"\\\n]|\\.)*"?|[\w.+-]+|.)/.exec(text.slice(offset))?.[0].length ?? 0;
  return offset + length;
}
