// A program run by a test. Foundation's `Process` leaves the signals of the calling thread blocked in the child, which
// then cannot be ended politely, and waits in a loop; this does neither.

import Glibc

/// A running program, found along PATH, that reads nothing and whose errors go to a file.
package struct ChildProcess: Sendable {
    private let identifier: pid_t

    package struct Failure: Error { package var what: String }

    /// Throws: `Failure` where the program cannot be started.
    package init(_ words: [String], errors: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var identifier: pid_t = 0
        let result = posix_spawnp(&identifier, words[0], &actions, &attributes, &arguments, environ)
        guard result == 0 else { throw Failure(what: "cannot start \(words[0])") }
        self.identifier = identifier
    }

    /// Waits for the end and returns the exit status; -1 where a signal ended it.
    @discardableResult
    package func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }

    /// Ends the program and waits for its end.
    package func kill() {
        _ = Glibc.kill(identifier, SIGKILL)
        wait()
    }
}
