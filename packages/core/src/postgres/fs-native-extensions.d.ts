/** The package ships no types; this is the part that is used here. */
declare module "fs-native-extensions" {
  /** Takes an exclusive lock on a range of an open file; false when another descriptor holds it. */
  export function tryLock(fd: number, offset: number, length: number): boolean;
}
