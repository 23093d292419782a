package dev.backstop.verification;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.attached;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.check;
import static dev.backstop.verification.VerificationFixtures.file;
import static dev.backstop.verification.VerificationFixtures.files;
import static dev.backstop.verification.VerificationFixtures.hear;
import static dev.backstop.verification.VerificationFixtures.parked;
import static dev.backstop.verification.VerificationFixtures.registered;
import static dev.backstop.verification.VerificationFixtures.resubmitted;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

/** A verification tells of the links that it is given, and asks again once they died. */
class VerificationFilesTests {

	@Test
	void whoKeepsFilesIsToldOfTheLinksOfAWebhook() {
		var verification = settled();

		assertThat(verification.linked())
			.contains(new FilesLinked(verification.scanRef(), 1, files(), Source.WEBHOOK, NOW, false));
	}

	@Test
	void noLinksAreNoNews() {
		assertThat(hear(registered(), reviewed("APPROVED").withoutDocuments()).linked()).isEmpty();
	}

	@Test
	void theFilesOfAReopenedVerificationAreANewVersion() {
		var verification = hear(settled(), resubmitted().files(file("FRONT", FileLink.Kind.IMAGE)));
		hear(verification, reviewed("APPROVED").finishTime(VerificationFixtures.FINISH_TIME + 120));

		assertThat(verification.filesVersion()).isGreaterThan(1);
		assertThat(verification.linked().getLast().version()).isEqualTo(verification.filesVersion());
	}

	@Test
	void deadLinksOfASettledOneAreAskedForOnce() {
		var verification = settled();

		assertThat(verification.renewLinks(1, 1, NOW)).isTrue();

		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertThat(verification.outstanding()).isEmpty();
		assertThat(verification.dueAt()).isEmpty();
		var check = check(verification);
		assertThat(verification.next(check)).contains(Part.FILES);

		var links = List.of(file("FRONT", FileLink.Kind.IMAGE));
		assertThat(verification.answer(check, links, NOW)).isEqualTo(CheckResult.SETTLED);

		assertThat(verification.linked())
			.contains(new FilesLinked(verification.scanRef(), 1, links, Source.RETRIEVAL, NOW, true));
		assertThat(verification.check(NOW.plus(Duration.ofDays(1)))).isEmpty();
		assertThat(verification.renewLinks(1, 1, NOW)).isFalse();
	}

	@Test
	void filesOfOneVerificationShareTheQuestion() {
		var verification = settled();
		verification.renewLinks(1, 1, NOW);

		assertThat(verification.renewLinks(1, 1, NOW)).isTrue();
		verification.answer(check(verification), files(), NOW);

		assertThat(verification.check(NOW)).isEmpty();
	}

	@Test
	void nobodyAsksWhereItIsSwitchedOff() {
		assertThat(settled().renewLinks(1, 0, NOW)).isFalse();
	}

	@Test
	void linksOfAnEarlierVersionAreNotAskedFor() {
		var verification = hear(settled(), resubmitted());

		assertThat(verification.renewLinks(verification.filesVersion() - 1, 1, NOW)).isFalse();
	}

	@Test
	void aDecisionThatIsAwaitedBringsNewLinksAnyway() {
		var verification = hear(settled(), resubmitted());

		assertThat(verification.renewLinks(verification.filesVersion(), 1, NOW)).isTrue();

		assertThat(verification.check(NOW)).isEmpty();
	}

	@Test
	void aParkedOneIsNotAskedFor() {
		assertThat(parked(ParkedReason.FAILING).renewLinks(0, 1, NOW)).isFalse();
	}

	@Test
	void aQuestionThatFailsIsRepeatedAndGivenUpWithoutParking() {
		var verification = settled();
		verification.renewLinks(1, 1, NOW);
		var at = NOW;
		for (int failure = 1; failure < DEADLINES.maxFailures(); failure++) {
			var check = check(verification, at);
			assertThat(verification.fail(check, true, at, DEADLINES)).isEqualTo(CheckResult.FAILED);
			assertThat(verification.check(at)).isEmpty();
			at = at.plus(DEADLINES.afterFailures(failure));
		}

		assertThat(verification.fail(check(verification, at), true, at, DEADLINES)).isEqualTo(CheckResult.FAILING);

		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertThat(verification.check(at.plus(Duration.ofDays(1)))).isEmpty();
		assertThat(verification.renewLinks(1, 1, at)).isFalse();
	}

	@Test
	void anAnswerThatItIsUnknownEndsTheQuestionWithoutParking() {
		var verification = settled();
		verification.renewLinks(1, 1, NOW);

		assertThat(verification.answerNotFound(check(verification), NOW)).isEqualTo(CheckResult.NOT_FOUND);

		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertThat(verification.check(NOW.plus(Duration.ofDays(1)))).isEmpty();
	}

	@Test
	void filesThatNewLinksDoNotLeadToStay() {
		for (var answer : List.of(List.<FileLink>of(), List.of(file("FACE", FileLink.Kind.IMAGE)), files())) {
			var verification = settled();
			verification.renewLinks(1, 1, NOW);

			verification.answer(check(verification), answer, NOW.plusSeconds(60));

			assertThat(verification.files()).isEqualTo(files());
			assertThat(verification.filesSource()).contains(Source.WEBHOOK);
			assertThat(verification.filesAt()).contains(NOW);
			assertThat(verification.linked().getLast().links()).isEqualTo(answer);
		}
	}

	@Test
	void whatAnOlderReplicaTookInIsQueuedOnce() {
		var verification = settled();

		verification.queueOverlooked();

		assertThat(verification.filesVersion()).isOne();
	}

	@Test
	void filesOfAQuestionnaireAreKeptBesideWhateverFilesCome() {
		var income = attached("income");
		var verification = hear(registered(), reviewed("APPROVED").files(income));

		assertThat(verification.outstanding()).containsExactly(Part.FILES);
		verification.answer(check(verification, NOW.plus(DEADLINES.grace())), files(), NOW);

		assertThat(verification.files()).containsExactlyInAnyOrder(files().getFirst(), files().getLast(), income);
		assertThat(verification.linked()).containsExactly(
				new FilesLinked(verification.scanRef(), 0, List.of(income), Source.WEBHOOK, NOW, false),
				new FilesLinked(verification.scanRef(), 1, files(), Source.RETRIEVAL, NOW, false));
	}

	@Test
	void filesOfAQuestionnaireComeAnewWithEachSetOfFiles() {
		var income = attached("income");
		var verification = hear(registered(), reviewed("APPROVED").files(file("FRONT", FileLink.Kind.IMAGE), income));
		hear(verification, reviewed("DENIED").files(file("FRONT", FileLink.Kind.IMAGE), income));

		assertThat(verification.linked()).filteredOn((linked) -> linked.links().contains(income))
			.containsExactly(new FilesLinked(verification.scanRef(), 1, List.of(income), Source.WEBHOOK, NOW, false),
					new FilesLinked(verification.scanRef(), 2, List.of(income), Source.WEBHOOK, NOW, false));
	}

	@Test
	void whatChangesNothingBringsOnlyFilesThatNobodyKnows() {
		var known = attached("income");
		var verification = hear(registered(), reviewed("APPROVED").files(known));
		var older = new FileLink(known.name(), known.kind(), "https://files.example/older", NOW, known.field());

		hear(verification, automatic("APPROVED").files(older, attached("another")));

		assertThat(verification.files()).contains(known, attached("another")).doesNotContain(older);
		assertThat(verification.linked().getLast().links()).containsExactly(attached("another"));
	}

	@Test
	void newLinksMakeTheQuestionNeedless() {
		var verification = settled();
		verification.renewLinks(1, 1, NOW);
		var check = check(verification);

		hear(verification, resubmitted());
		hear(verification, reviewed("APPROVED").finishTime(VerificationFixtures.FINISH_TIME + 120));

		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertThat(verification.check(NOW.plus(Duration.ofDays(1)))).isEmpty();
		assertThat(verification.next(check)).isEmpty();
		assertThat(verification.answer(check, files(), NOW)).isEqualTo(CheckResult.SUPERSEDED);
	}

}
