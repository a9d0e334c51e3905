import pino, { type Logger } from 'pino';
import { dim } from '../dim.ts';

/** The server's log on standard error: lines of JSON, or lines for people where that is a terminal. */
export function serveLog(level: string): Logger {
  if (!process.stderr.isTTY) return pino({ level, base: null }, pino.destination(2));
  return pino({ level, base: null }, { write: (line: string) => void process.stderr.write(`${readable(line)}\n`) });
}

/** One line of the log as people read it: time, message, fields. */
function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as { [name: string]: unknown };
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const mark = Number(level) >= 50 ? 'error: ' : Number(level) >= 40 ? 'warning: ' : '';
  const parts = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${err.stack}` : '';
  return `${dim(clock, process.stderr)} ${mark}${msg} ${dim(parts.join(' '), process.stderr)}${stack}`;
}
