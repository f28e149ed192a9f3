<%= "hello from tomcat" %>, <%= request.isSecure() %>
