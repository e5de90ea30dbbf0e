/** The priorities that a job can have; of those that want a worker the higher is claimed first. */
export const priorities = { min: -5, max: 5, default: 0 } as const;
