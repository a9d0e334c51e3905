/** Exit statuses, the same for every command. */
export const exitStatus = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;
