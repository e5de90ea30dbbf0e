import { describeStore } from "../testing/store-conformance.ts";
import { openMemoryStore } from "./open-memory-store.ts";

describeStore("memory", async (clock) => openMemoryStore({ clock }));
