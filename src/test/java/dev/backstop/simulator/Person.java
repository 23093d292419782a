package dev.backstop.simulator;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/** An invented person in front of the camera; the same seed invents the same one. */
record Person(Model model, String number, @Nullable String personalCode, LocalDate born, LocalDate issued,
		LocalDate expires, String clientIp, String platform, boolean misread, boolean filmed, boolean extraStep) {

	/** The file that answers a question. */
	static final String INCOME = "INCOME";

	private static final List<String> PLATFORMS = List.of("PC", "MOBILE", "TABLET", "MOBILE_APP", "MOBILE_SDK");

	static Person of(long seed) {
		var random = new Random(seed);
		var model = Model.values()[random.nextInt(Model.values().length)];
		var born = LocalDate.of(1950, 1, 1).plusDays(random.nextInt(18_000));
		var issued = LocalDate.of(2017, 1, 1).plusDays(random.nextInt(2_500));
		var number = model.numberPrefix + (10_000_000 + random.nextInt(90_000_000));
		var code = model.thorough ? "4" + (1_000_000_000L + random.nextInt(1_000_000_000)) : null;
		return new Person(model, number, code, born, issued, issued.plusYears(10), "192.0.2." + random.nextInt(1, 255),
				PLATFORMS.get(random.nextInt(PLATFORMS.size())), random.nextInt(3) == 0, random.nextInt(5) == 0,
				random.nextInt(5) == 0);
	}

	/** The document as it is, or as the machine read it. */
	Map<String, @Nullable Object> document(boolean corrected) {
		var model = this.model;
		var document = new LinkedHashMap<String, @Nullable Object>();
		document.put("docFirstName", model.firstName);
		document.put("docLastName", model.lastName);
		document.put("docNumber", (this.misread && !corrected) ? this.number + "O" : this.number);
		document.put("docPersonalCode", this.personalCode);
		document.put("docExpiry", this.expires.toString());
		document.put("docDob", this.born.toString());
		document.put("docDateOfIssue", this.issued.toString());
		document.put("docType", model.thorough ? "ID_CARD" : "PASSPORT");
		document.put("docSex", model.sex);
		document.put("docNationality", model.country);
		document.put("docIssuingCountry", model.country);
		document.put("birthPlace", model.birthPlace);
		document.put("authority", model.thorough ? null : "BURG");
		document.put("manuallyDataChanged", this.misread && corrected);
		document.put("fullName", model.firstName + " " + model.lastName);
		document.put("selectedCountry", model.country);
		document.put("orgFirstName", model.orgFirstName);
		document.put("orgLastName", model.orgLastName);
		document.put("orgNationality", model.nationality);
		document.put("orgBirthPlace", model.orgBirthPlace);
		document.put("orgAuthority", model.thorough ? null : "BURG");
		document.put("ageEstimate", "OVER_18");
		return document;
	}

	Map<String, FileKind> files() {
		var files = new LinkedHashMap<String, FileKind>();
		files.put("FRONT", FileKind.IMAGE);
		if (this.model.thorough) {
			files.put("BACK", FileKind.IMAGE);
		}
		files.put("FACE", FileKind.IMAGE);
		if (this.model.thorough) {
			files.put("UTILITY_BILL", FileKind.IMAGE);
		}
		if (this.filmed) {
			files.put("FACE_VIDEO", FileKind.VIDEO);
		}
		if (this.extraStep) {
			files.put("POA2", FileKind.DOCUMENT);
			files.put("POA2_2", FileKind.DOCUMENT);
		}
		return files;
	}

	/** What is linked outside the files: the answer to a question. */
	Map<String, FileKind> attachments() {
		return thorough() ? Map.of(INCOME, FileKind.DOCUMENT) : Map.of();
	}

	boolean thorough() {
		return this.model.thorough;
	}

	String country() {
		return this.model.country;
	}

	String location() {
		return this.model.location;
	}

	String firstName() {
		return this.model.firstName;
	}

	String lastName() {
		return this.model.lastName;
	}

	/** Whom the invented persons resemble. */
	enum Model {

		JOHN("JOHN", "SAMPLE BUTCH", "JOHN", "SAMPLE BUTCH", "MALE", "NL", "NEDERLANDSE", "LONDON", "LONDON",
				"Amsterdam, Netherlands", "DE", false),
		JANE("JANE", "SAMPLE", "JANE", "SAMPLE", "FEMALE", "NL", "NEDERLANDSE", "DELFT", "DELFT",
				"Amsterdam, Netherlands", "NX", false),
		ZIVILE("ZIVILE", "PAVYZDYTE", "ŽIVILĖ", "PAVYZDYTĖ", "FEMALE", "LT", "LIETUVOS", "SILUVA", "ŠILUVA",
				"Vilnius, Lithuania", "", true),
		TARO("TARO", "MIHON", "太郎", "見本", "MALE", "JP", "日本", "YOSHINO", "𠮷野", "Tokyo, Japan", "TK", false);

		private final String firstName;

		private final String lastName;

		private final String orgFirstName;

		private final String orgLastName;

		private final String sex;

		private final String country;

		private final String nationality;

		private final String birthPlace;

		private final String orgBirthPlace;

		private final String location;

		private final String numberPrefix;

		/** Whether more is asked of the person than document and face. */
		private final boolean thorough;

		Model(String firstName, String lastName, String orgFirstName, String orgLastName, String sex, String country,
				String nationality, String birthPlace, String orgBirthPlace, String location, String numberPrefix,
				boolean thorough) {
			this.firstName = firstName;
			this.lastName = lastName;
			this.orgFirstName = orgFirstName;
			this.orgLastName = orgLastName;
			this.sex = sex;
			this.country = country;
			this.nationality = nationality;
			this.birthPlace = birthPlace;
			this.orgBirthPlace = orgBirthPlace;
			this.location = location;
			this.numberPrefix = numberPrefix;
			this.thorough = thorough;
		}

	}

}
