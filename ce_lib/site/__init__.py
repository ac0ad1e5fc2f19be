"""What the static website needs beyond Jupyter Book.

`build_site` builds it, `serve` shows it, `ce_lib.site.extension` is the Sphinx extension that
`_config.yml` names. Importing this package loads nothing; the modules load Sphinx when used.
"""
