// Loaded into a child before its own program (`node --import`): ends it, and all of its process group, when the process that
// started it is gone. A `kill -9` of a parent runs none of the parent's handlers; the channel to it still closes.
// The number says whose child is meant: workers of the child get the same options.
if (process.env.SOCDOWN_ENDS_WITH === String(process.ppid) && process.channel) {
  process.channel.unref();
  process.on('disconnect', () => {
    if (process.platform !== 'win32') {
      try {
        process.kill(-process.pid, 'SIGKILL');
      } catch {
        // It leads no group.
      }
    }
    process.exit(1);
  });
}
