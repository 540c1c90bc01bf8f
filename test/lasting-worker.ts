/**
 * Runs before each file of tests. A worker lives by its channel to the test runner. The provider lets go of the
 * channel to a command that started it, and takes the test runner for one where a test asks it for an estimate: then
 * a worker with nothing else to wait for would end in the middle of its tests.
 */
if (process.channel) process.channel.unref = () => {};
