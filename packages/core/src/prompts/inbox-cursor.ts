import { invalidInput } from "../errors.ts";
import { normalizeId } from "../ids.ts";
import type { InboxPosition } from "./prompt-repository.ts";

export function encodeInboxCursor({ dueAt, createdAt, id }: InboxPosition): string {
  return Buffer.from(`${dueAt?.getTime() ?? ""} ${createdAt.getTime()} ${id}`).toString("base64url");
}

/** @throws {FleetError} `INVALID_INPUT` when the text is not a cursor that the inbox returned */
export function decodeInboxCursor(cursor: string): InboxPosition {
  const [due = "", createdAt = "", text = ""] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const id = normalizeId(text);
  if (!/^-?\d{0,15}$/.test(due) || !/^\d{1,15}$/.test(createdAt) || id === undefined) {
    throw invalidInput([{ path: ["cursor"], message: "is not a cursor that the inbox returned" }]);
  }
  return { dueAt: due === "" ? null : new Date(Number(due)), createdAt: new Date(Number(createdAt)), id };
}
