/**
 * The type without the room for unknown fields. Objects of the protocol keep fields that their schemas don't know; in
 * programs a misspelt field should be an error all the same.
 */
export type Known<T> = T extends readonly (infer Item)[]
  ? Known<Item>[]
  : T extends object
    ? keyof KnownFields<T> extends never
      ? T
      : KnownFields<T>
    : T;

type KnownFields<T> = {
  [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: Known<T[Key]>;
};
