// The metaos command: finds the command that is asked for, and ends with its status. Each command has a file.

import Glibc

// A reader that is gone (`metaos run | head -1`) ends the output, not the run: see Output.
signal(SIGPIPE, SIG_IGN)
let status = Command.run(Array(CommandLine.arguments.dropFirst()))
guard let errorNumber = Output.errorNumber else { exit(status.rawValue) }
Output.note("metaos: cannot write the output: \(String(cString: strerror(errorNumber)))")
exit((status == .passed ? .failed : status).rawValue)
