const DAY =
  '(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))' +
  '|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)';
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)';
const DAYS = '(?:\\d{1,9}D|(?:\\d{1,9}Y)?\\d{1,9}M(?:\\d{1,9}D)?|\\d{1,9}Y)';
const CLOCK = 'T(?:\\d{1,9}S|(?:\\d{1,9}H)?\\d{1,9}M(?:\\d{1,9}S)?|\\d{1,9}H)';
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = `${BYTE}(?:\\.${BYTE}){3}`;
const GROUP = '[0-9a-fA-F]{1,4}';
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
// Without a length, as validators have it: states that count cannot pass over letters at once.
const MAIL_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const MAILBOX = "[a-zA-Z0-9!#$%&'*+/=?^_`\\{|\\}~-]";
const LOWER_HEX = '[0-9a-fA-F]';
const IN_URI = "(?:[a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2})";

/** Addresses with at most one `::`, the last 32 bits perhaps in dots (RFC 4291). */
function ipv6(): string {
  const end = `(?:${GROUP}:${GROUP}|${IPV4})`;
  const forms = [`(?:${GROUP}:){6}${end}`, `::(?:${GROUP}:){5}${end}`];
  for (let before = 1; before <= 5; before++)
    forms.push(`(?:${GROUP}:){0,${before - 1}}${GROUP}::(?:${GROUP}:){${5 - before}}${end}`);
  for (let after = 0; after <= 4; after++) forms.push(`::(?:${GROUP}:){${after}}${end}`);
  forms.push(`(?:(?:${GROUP}:){0,5}${GROUP})?::${GROUP}`, `(?:(?:${GROUP}:){0,6}${GROUP})?::`);
  return forms.join('|');
}

/** Regular expressions of the values of `format` that are kept: RFC 3339, 5321 (without quotes), 4122, 4291, 1123, 3986. */
export const FORMATS: ReadonlyMap<string, string> = new Map([
  ['date', DAY],
  ['time', TIME],
  ['date-time', `${DAY}T${TIME}`],
  ['email', `${MAILBOX}+(?:\\.${MAILBOX}+)*@${MAIL_LABEL}(?:\\.${MAIL_LABEL})+`],
  ['uuid', `${LOWER_HEX}{8}(?:-${LOWER_HEX}{4}){3}-${LOWER_HEX}{12}`],
  ['ipv4', IPV4],
  ['ipv6', ipv6()],
  ['hostname', `${LABEL}(?:\\.${LABEL})*`],
  [
    'uri',
    `[a-zA-Z][a-zA-Z0-9+.-]*:(?://${IN_URI}*(?:/${IN_URI}*)*|/?${IN_URI}+(?:/${IN_URI}*)*)(?:\\?(?:${IN_URI}|[/?])*)?(?:#(?:${IN_URI}|[/?])*)?`,
  ],
  ['duration', `P(?:\\d{1,9}W|${DAYS}(?:${CLOCK})?|${CLOCK})`],
]);
