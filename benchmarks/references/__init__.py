"""The services that askonce is compared with."""
