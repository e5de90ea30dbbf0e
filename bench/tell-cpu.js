// Runs in a measured process before its program, and says how much processor time it has used when it is asked.
process.on("message", () => process.send(process.cpuUsage()));
// It is not to live longer than its program because of that.
process.channel.unref();
