/**
 * The time that a statement is given: null, which lets the database's own clock decide, or in
 * tests an instant as text.
 */
export type DatabaseTime = () => string | null;

/** The database's clock: the only one on which all instances agree. */
export const databaseTime: DatabaseTime = () => null;
