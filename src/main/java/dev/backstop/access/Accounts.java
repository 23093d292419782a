package dev.backstop.access;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/** The accounts of one port. */
class Accounts implements AuthenticationManager {

	private final String nobody = UUID.randomUUID().toString();

	private final List<Account> accounts;

	private final Map<String, Account> byName;

	Accounts(List<Account> accounts) {
		this.accounts = List.copyOf(accounts);
		this.byName = accounts.stream().collect(Collectors.toUnmodifiableMap(Account::name, Function.identity()));
	}

	@Override
	public Authentication authenticate(Authentication attempt) {
		var name = attempt.getName();
		var password = String.valueOf(attempt.getCredentials());
		// no account has an empty one, and how long it takes must not depend on the name
		if (!password.isEmpty()) {
			var account = this.byName.get(name);
			if (account == null) {
				standInFor(name).password().matches(this.nobody + password);
			}
			else if (account.password().matches(password)) {
				return UsernamePasswordAuthenticationToken.authenticated(name, null, account.role().authorities());
			}
		}
		throw new BadCredentialsException("No such account, or not its password");
	}

	// An unknown name is checked like a known one, always against the same account, so
	// that the time an answer takes does not tell which names there are.
	private Account standInFor(String name) {
		var digest = ByteBuffer.wrap(KeyedDigest.of(name)).getInt();
		return this.accounts.get(Math.floorMod(digest, this.accounts.size()));
	}

}
