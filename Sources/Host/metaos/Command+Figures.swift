extension Command { static var figures: Command { Command(name: "figures", summary: "x", options: [], run: { _ in .passed }) } }
