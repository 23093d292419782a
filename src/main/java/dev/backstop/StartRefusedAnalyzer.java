package dev.backstop;

import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows why a start is refused and how to mend it, without a stack trace. */
class StartRefusedAnalyzer extends AbstractFailureAnalyzer<StartRefused> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StartRefused cause) {
		var problems = cause.problems();
		if (problems.size() == 1) {
			return new FailureAnalysis(problems.getFirst().description(), problems.getFirst().mending(), cause);
		}
		return new FailureAnalysis(
				problems.stream().map((problem) -> "- " + problem).collect(Collectors.joining(System.lineSeparator())),
				"Mend all %d, then start again.".formatted(problems.size()), cause);
	}

}
