package dev.backstop.access;

import java.util.List;
import java.util.Locale;

import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;

/** What an account may do. */
enum Role {

	CLIENT("onboarding"), OPERATOR("ops"), MONITOR("grafana");

	private final String example;

	Role(String example) {
		this.example = example;
	}

	/** A name that such an account might have. */
	String example() {
		return this.example;
	}

	String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** Where the password of such an account is configured. */
	String property(String account) {
		return "backstop." + word() + "s." + account + ".password";
	}

	List<GrantedAuthority> authorities() {
		return AuthorityUtils.createAuthorityList("ROLE_" + name());
	}

}
